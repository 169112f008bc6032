from django.conf import settings
from django.urls import path

from whitebox.web import views
from whitebox.web.style_guide import style_guide

app_name = "web"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("letters/", views.letters, name="letters"),
    path("see-as/", views.see_as_start, name="see_as_start"),
    path("see-as/stop/", views.see_as_stop, name="see_as_stop"),
    path("calendar/", views.calendar_settings, name="calendar_settings"),
    path("calendar/renew/", views.calendar_renew, name="calendar_renew"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
]
if settings.DEBUG:
    urlpatterns.append(path("style-guide/", style_guide, name="style_guide"))
