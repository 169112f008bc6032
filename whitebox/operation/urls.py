from django.urls import path

from whitebox.operation import views

app_name = "operation"
urlpatterns = [
    path("metrics", views.figures, name="metrics"),
    path("operation/", views.status, name="status"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
