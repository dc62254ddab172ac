"""Every address of the product, one block a stem."""

from django.urls import URLPattern

app_name = "reviews"
urlpatterns: list[URLPattern] = []
