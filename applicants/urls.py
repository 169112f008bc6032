from django.urls import path

from applicants.views import apply, appointments, status

app_name = "applicants"
urlpatterns = [
    path("", apply.landing, name="landing"),
    path("apply/<slug:slug>/", apply.start, name="start"),
    path("apply/<slug:slug>/sent/", apply.sent, name="sent"),
    path("application/<str:token>/", status.status, name="status"),
    path("application/<str:token>/about-you/", apply.identity, name="identity"),
    path("application/<str:token>/answers/<slug:section>/", apply.section, name="section"),
    path("application/<str:token>/check/", apply.check, name="check"),
    path("application/<str:token>/files/<slug:question>/", status.file, name="file"),
    path("application/<str:token>/withdraw/", status.withdraw, name="withdraw"),
    path("application/<str:token>/offer/", status.offer, name="offer"),
    path("application/<str:token>/work-test/", appointments.work_test, name="work_test"),
    path("application/<str:token>/interview/", appointments.interview, name="interview"),
    path("application/<str:token>/interview.ics", appointments.interview_file, name="interview_file"),
]
