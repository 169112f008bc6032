from django.urls import path

from sprints.views import bank, research

app_name = "sprints"
urlpatterns = [
    path("", research.mine, name="research"),
    path("problems/", bank.problems, name="bank"),
    path("problems/<int:pk>/", bank.problem, name="problem"),
    path("problems/<int:pk>/claim/", bank.claim, name="claim"),
    path("claims/<int:pk>/renew/", bank.renew, name="renew"),
    path("claims/<int:pk>/release/", bank.release, name="release"),
    path("claims/<int:pk>/finish/", bank.finish, name="finish"),
    path("claims/<int:pk>/excursions/new/", research.open_excursion, name="open_excursion"),
    path("excursions/<int:pk>/", research.excursion, name="excursion"),
    path("excursions/<int:pk>/log/", research.write, name="write"),
    path("excursions/<int:pk>/verdict/", research.judge, name="judge"),
]
