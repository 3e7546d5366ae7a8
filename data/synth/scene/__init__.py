"""Parts of photos: surfaces, sheets, damage, and the scenes they are put together in."""
