from django.urls import URLPattern

app_name = "mastery"
urlpatterns: list[URLPattern] = []
