// Link stubs for the static build (DESIGN.md section 9).
