from django.urls import path

from whitebox.people.views import breaches, notes, own, team

app_name = "people"
urlpatterns = [
    path("policies/", own.policies_page, name="policies"),
    path("policies/<slug:slug>/", own.policy_page, name="policy"),
    path("profile/", own.profile, name="profile"),
    path("notes/", notes.told, name="notes"),
    path("team/", team.current, name="teams"),
    path("team/<slug:cohort_slug>/", team.people, name="team"),
    path("team/<slug:cohort_slug>/warnings/", team.board, name="board"),
    path("team/<slug:cohort_slug>/mentors/", team.mentors, name="mentors"),
    path("team/<slug:cohort_slug>/breaches/", breaches.listed, name="breaches"),
    path("team/<slug:cohort_slug>/breaches/<key:pk>/decide/", breaches.decide, name="decide_breach"),
    path("team/<slug:cohort_slug>/breaches/<key:pk>/take-back/", breaches.take_back, name="take_back_breach"),
    path("team/<slug:cohort_slug>/<key:pk>/", team.person, name="person"),
    path("team/<slug:cohort_slug>/<key:pk>/note/", notes.write, name="note"),
    path("team/<slug:cohort_slug>/<key:pk>/contacted/", notes.contacted, name="contacted"),
    path("team/<slug:cohort_slug>/<key:pk>/notes/<key:note_pk>/undo/", notes.undo, name="note_undo"),
]
