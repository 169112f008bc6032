from django.urls import path

from whitebox.programme.views import funder, milestones, outcomes, own, report

app_name = "programme"
urlpatterns = [
    path("progress/<slug:cohort_slug>/", milestones.progress, name="progress"),
    path("certificates/<str:code>/", own.verify, name="verify"),
    path("follow-up/<str:token>/", own.follow_up, name="follow_up"),
    path("follow-up/<str:token>/thanks/", own.answered, name="answered"),
    path("programme/", milestones.current, name="current"),
    path("programme/<slug:cohort_slug>/", milestones.overview, name="milestones"),
    path("programme/<slug:cohort_slug>/progress/", milestones.switch_progress, name="switch_progress"),
    path("programme/<slug:cohort_slug>/counted/<slug:measure>/", milestones.evidence, name="evidence"),
    path("programme/<slug:cohort_slug>/facts/", report.facts_page, name="facts"),
    path("programme/<slug:cohort_slug>/cohort/", report.cohort_page, name="cohort_report"),
    path("programme/<slug:cohort_slug>/cohort.csv", report.cohort_sheet, name="cohort_sheet"),
    path("programme/<slug:cohort_slug>/funnel/", report.funnel_page, name="funnel"),
    path("programme/<slug:cohort_slug>/funnel.csv", report.funnel_sheet, name="funnel_sheet"),
    path("programme/<slug:cohort_slug>/selection/", report.prediction_page, name="selection"),
    path("programme/<slug:cohort_slug>/team/", report.team_page, name="team_learning"),
    path("programme/<slug:cohort_slug>/money/", report.money_page, name="money"),
    path("programme/<slug:cohort_slug>/report/", funder.page, name="funder"),
    path("programme/<slug:cohort_slug>/report.pdf", funder.printed, name="funder_pdf"),
    path("programme/<slug:cohort_slug>/certificate/", own.certificate, name="certificate"),
    path("programme/<slug:cohort_slug>/outcomes/", outcomes.everybody, name="outcomes"),
    path("programme/<slug:cohort_slug>/outcomes/<key:pk>/", outcomes.person, name="outcome"),
    path(
        "programme/<slug:cohort_slug>/outcomes/<key:pk>/placements/<key:placement_pk>/take-back/",
        outcomes.take_back,
        name="placement_take_back",
    ),
    path("programme/<slug:cohort_slug>/outcomes/<key:pk>/certificate/", outcomes.issue, name="issue"),
    path("programme/<slug:cohort_slug>/outcomes/<key:pk>/certificate/revoke/", outcomes.revoke, name="revoke"),
]
