"""The HTTP interface for programs: ``application`` puts together what stands under ``/api/v1``."""
