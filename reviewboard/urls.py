"""Where every address begins. Wiring only."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("reviews.urls")),
]
handler400 = "reviews.views.errors.bad_request"
handler403 = "reviews.views.errors.denied"
handler404 = "reviews.views.errors.not_found"
handler500 = "reviews.views.errors.broken"
