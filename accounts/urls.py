"""Addresses of the pages about one's own account.

Addresses of mail cannot be changed by oneself, and nobody signs up: allauth's pages for that lead elsewhere. These
patterns stand before allauth's, so they win.
"""

from django.urls import path
from django.views.generic import RedirectView

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.Profile.as_view(), name="profile"),
    path("email/", RedirectView.as_view(pattern_name="accounts:profile"), name="no-email-page"),
]
