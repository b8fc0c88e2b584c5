"""The page in the frames of other sites, and the script that puts it there."""
