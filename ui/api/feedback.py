"""``POST /feedback``: what a reader says of an answer."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from ui.access.views import Views
from ui.api.problem_responses import problems
from ui.errors import FeedbackNotKept
from ui.feedback import FeedbackFile
from ui.feedback_form import Feedback
from ui.problems import problem

SWITCHED_OFF = "Feedback is switched off here, and nothing was kept; whoever runs this assistant can switch it on."


def feedback_router(views: Views, file: FeedbackFile | None) -> APIRouter:
    """The route; without a file feedback is switched off."""
    router = APIRouter(tags=["Feedback"])

    @router.post(
        "/feedback",
        operation_id="give_feedback",
        summary="Say how an answer was",
        status_code=204,
        responses={204: {"description": "It is kept."}, **problems(400, 401, 403, 411, 413, 415, 422, 429, 500, 503)},
    )
    async def feedback(feedback: Feedback, request: Request) -> Response:
        """Keeps what is sent and the day, and nothing else: not who, from where or when. Whoever runs the assistant has
        to switch it on; until then the status is 403.
        """
        if file is None:
            return problem(403, SWITCHED_OFF)
        if wait_s := views.seconds_until_feedback(request.scope):
            sentence = f"You have sent much feedback in a short time; send this again in {wait_s} seconds."
            return problem(429, sentence, {"Retry-After": str(wait_s)})
        try:
            await to_thread.run_sync(file.keep, feedback.model_dump(exclude_none=True))
        except FeedbackNotKept as error:
            return problem(503, str(error))
        return Response(status_code=204)

    return router
