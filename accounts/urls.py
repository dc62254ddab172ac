"""Addresses of the pages about one's own account, and of the way in.

Addresses of mail cannot be changed by oneself, and nobody signs up: allauth's pages for that lead elsewhere. These
patterns stand before allauth's, so they win.
"""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import invitation, password, profile

app_name = "accounts"
urlpatterns = [
    path("", profile.Profile.as_view(), name="profile"),
    path("expertise/add/", profile.AddExpertise.as_view(), name="expertise-add"),
    path("expertise/<slug:kind>/<slug:key>/withdraw/", profile.WithdrawExpertise.as_view(), name="expertise-withdraw"),
    path("absences/add/", profile.AddAbsence.as_view(), name="absence-add"),
    path("absences/<str:public_id>/cancel/", profile.CancelAbsence.as_view(), name="absence-cancel"),
    path("invitation/", invitation.Accept.as_view(), name="invitation"),
    path("invitation/<str:token>/", invitation.Open.as_view(), name="invitation-open"),
    path("password/reset/", password.AskForNewPassword.as_view(), name="ask-for-new-password"),
    path("email/", RedirectView.as_view(pattern_name="accounts:profile"), name="no-email-page"),
]
