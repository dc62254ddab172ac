"""Where every address begins. Wiring only."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
