from django.urls import path

from curriculum import views

app_name = "curriculum"
urlpatterns = [
    path("", views.own_weeks, name="own_weeks"),
    path("figures/<slug:digest>/<str:name>", views.figure, name="figure"),
    path("<slug:cohort_slug>/", views.weeks, name="weeks"),
    path("<slug:cohort_slug>/<slug:module_slug>/", views.module, name="module"),
    path("<slug:cohort_slug>/<slug:module_slug>/tick/<slug:resource_slug>/", views.tick, name="tick"),
    path("<slug:cohort_slug>/<slug:module_slug>/untick/<slug:resource_slug>/", views.untick, name="untick"),
]
