"""Web pages. A view finds the object, makes one call, prepares what a template prints."""
