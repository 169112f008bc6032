from django.urls import path

from mastery.views import desk, learner

app_name = "mastery"
urlpatterns = [
    path("checks/<slug:slug>/", learner.check, name="check"),
    path("checks/<slug:slug>/start/", learner.start, name="start"),
    path("attempts/<int:pk>/", learner.attempt, name="attempt"),
    path("attempts/<int:pk>/progress/", learner.progress, name="progress"),
    path("attempts/<int:pk>/save/", learner.save, name="save"),
    path("attempts/<int:pk>/submit/", learner.submit, name="submit"),
    path("attempts/<int:pk>/starter/<slug:item>/", learner.starter, name="starter"),
    path("correctives/<int:pk>/", learner.corrective, name="corrective"),
    path("correctives/<int:pk>/done/", learner.corrective_done, name="corrective_done"),
    path("desk/", desk.queue, name="desk"),
    path("desk/<int:pk>/<slug:item>/", desk.mark, name="mark"),
]
