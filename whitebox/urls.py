"""Every address of the site. Apps are reached by string only."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, register_converter

from whitebox import digits

register_converter(digits.Key, "key")  # before the addresses that use it are read
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way in
admin.site.site_title = admin.site.site_header = "WhiteBox"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("whitebox.operation.urls")),
    path("", include("whitebox.web.urls")),
    path("people/", include("whitebox.people.urls")),
    path("", include("whitebox.programme.urls")),
    path("", include("applicants.urls")),
    path("learn/", include("curriculum.urls")),
    path("mastery/", include("mastery.urls")),
    path("", include("sprints.publishing.urls")),
    path("research/", include("sprints.urls")),
]
