from django.urls import path

from whitebox.people import views

app_name = "people"
urlpatterns = [
    path("policies/", views.policies_page, name="policies"),
    path("policies/<slug:slug>/", views.policy_page, name="policy"),
    path("profile/", views.profile, name="profile"),
]
