from django.urls import path

from whitebox.people.views import notes, own, team

app_name = "people"
urlpatterns = [
    path("policies/", own.policies_page, name="policies"),
    path("policies/<slug:slug>/", own.policy_page, name="policy"),
    path("profile/", own.profile, name="profile"),
    path("notes/", notes.told, name="notes"),
    path("team/", team.newest, name="teams"),
    path("team/<slug:cohort_slug>/", team.people, name="team"),
    path("team/<slug:cohort_slug>/warnings/", team.board, name="board"),
    path("team/<slug:cohort_slug>/mentors/", team.mentors, name="mentors"),
    path("team/<slug:cohort_slug>/<key:pk>/", team.person, name="person"),
    path("team/<slug:cohort_slug>/<key:pk>/note/", notes.write, name="note"),
    path("team/<slug:cohort_slug>/<key:pk>/contacted/", notes.contacted, name="contacted"),
    path("team/<slug:cohort_slug>/<key:pk>/notes/<key:note_pk>/undo/", notes.undo, name="note_undo"),
]
