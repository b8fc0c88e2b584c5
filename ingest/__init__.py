"""Files in, documents cut into citable sentences out. Imports no other package of the project."""
