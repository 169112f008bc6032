"""Thin tasks: an id in, a verb called. Each may come twice, late or never."""

from whitebox.background import task


@task("batch.applicants.refit")
def refit(round_id: int, stage: str) -> None:
    """Fit the scores of a stage, unless so few are new that the minute's sweep will do; then route."""
    from applicants import calibrating, routed

    if calibrating.is_worth_trying(round_id, stage) and calibrating.refit(round_id, stage):
        routed.hand_out(round_id, stage)


@task("batch.applicants.route")
def route(round_id: int, stage: str) -> None:
    from applicants import routed

    routed.hand_out(round_id, stage)
