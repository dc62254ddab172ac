"""Where every address begins. Wiring only."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from reviewboard.views import health, metrics

urlpatterns = [
    # Probes sign in nowhere. What these pages tell, and to whom, stands in their modules.
    path("health/live/", login_not_required(health.live), name="health-live"),
    path("health/web/", login_not_required(health.Web.as_view()), name="health-web"),
    path("health/ready/", login_not_required(health.Ready.as_view()), name="health-ready"),
    path("metrics/", login_not_required(metrics.export), name="metrics"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("reviews.urls")),
]
handler400 = "reviews.views.errors.bad_request"
handler403 = "reviews.views.errors.denied"
handler404 = "reviews.views.errors.not_found"
handler500 = "reviews.views.errors.broken"
