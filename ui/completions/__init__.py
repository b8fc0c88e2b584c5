"""The interface that clients of OpenAI know: ``application`` puts together what stands under ``/v1``."""
