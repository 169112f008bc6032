from django.urls import path

from curriculum.views import confidence, modules, pace, preview, questions, sessions

app_name = "curriculum"
urlpatterns = [
    path("", modules.own_weeks, name="own_weeks"),
    path("figures/<slug:digest>/<str:name>", modules.figure, name="figure"),
    path("preview/<key:version_pk>/<slug:module_slug>/", preview.module, name="preview"),
    path("<slug:cohort_slug>/", modules.weeks, name="weeks"),
    path("<slug:cohort_slug>/own/pace/", pace.own, name="pace"),
    path("<slug:cohort_slug>/own/confidence/", confidence.own, name="confidence"),
    path("<slug:cohort_slug>/people/pace/", pace.people, name="pace_people"),
    path("<slug:cohort_slug>/people/confidence/", confidence.of_cohort, name="confidence_cohort"),
    path("<slug:cohort_slug>/people/questions/", questions.asked, name="questions"),
    path("<slug:cohort_slug>/people/questions/<key:pk>/", questions.answer, name="answer"),
    path("<slug:cohort_slug>/people/<key:pk>/pace/", pace.of_person, name="pace_person"),
    path("<slug:cohort_slug>/people/<key:pk>/time/", sessions.more_time, name="more_time"),
    path("<slug:cohort_slug>/<slug:module_slug>/", modules.module, name="module"),
    path("<slug:cohort_slug>/<slug:module_slug>/attendance/", sessions.mark, name="attendance"),
    path("<slug:cohort_slug>/<slug:module_slug>/code/", sessions.room_code, name="code"),
    path("<slug:cohort_slug>/<slug:module_slug>/check-in/", sessions.arrive, name="check_in"),
    path("<slug:cohort_slug>/<slug:module_slug>/offline/", modules.offline, name="offline"),
    path("<slug:cohort_slug>/<slug:module_slug>/ask/", questions.ask, name="ask"),
    path("<slug:cohort_slug>/<slug:module_slug>/tick/<slug:resource_slug>/", modules.tick, name="tick"),
    path("<slug:cohort_slug>/<slug:module_slug>/untick/<slug:resource_slug>/", modules.untick, name="untick"),
]
