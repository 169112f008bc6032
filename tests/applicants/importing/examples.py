"""A form with every kind of question, and exports of three tools as these tools write them."""

from typing import Any

from applicants.models import Round
from tests.factories.applicants import FormVersionFactory, RoundFactory

QUESTIONS: list[dict[str, Any]] = [
    {"slug": "why", "label": "Why do you want to do this?", "kind": "long", "required": True, "words": 20},
    {"slug": "python", "label": "Which sentence fits your Python best?", "kind": "scale", "required": True,
     "options": ["I have not written Python yet.", "I can write a loop.", "I have trained a network."]},
    {"slug": "topics", "label": "Which topics interest you?", "kind": "multiple", "required": False,
     "options": ["Circuits", "Sparse autoencoders, dictionaries", "Probing", "Other"]},
    {"slug": "in-person", "label": "Can you come in person?", "kind": "single", "required": True,
     "options": ["Yes, to all or nearly all", "Yes, to most", "No"]},
    {"slug": "hours", "label": "Hours a week", "kind": "number", "required": True},
    {"slug": "link", "label": "A link to something you made", "kind": "link", "required": False},
    {"slug": "work", "label": "Upload your work", "kind": "file", "required": False},
    {"slug": "notes", "label": "Anything else", "kind": "short", "required": False},
    {"slug": "agree", "label": "I agree to the rules.", "kind": "consent", "required": True},
]  # fmt: skip
QUESTIONNAIRE = {
    "sections": [{"slug": "all", "title": "All"}],
    "questions": [one | {"section": "all", "shown_to": "organizers"} for one in QUESTIONS],
}


def make_round(**fields: Any) -> Round:
    made: Round = RoundFactory.create(form=FormVersionFactory.create(questionnaire=QUESTIONNAIRE), **fields)
    return made


TYPEFORM = (
    b"#,What is your name?,Email,Why do you want to do this?,Which sentence fits your Python best?,Circuits,"
    b'"Sparse autoencoders, dictionaries",Probing,Other,Can you come in person?,Hours a week,'
    b"A link to something you made,Upload your work,I agree to the rules.,Response Type,Start Date (UTC),"
    b"Stage Date (UTC),Submit Date (UTC),Network ID,Tags,via\n"
    b'abc1,Ana Reyes,Ana.Reyes+tf@gmail.com,"Because I want to know,\nand ""look inside"".",I can write a loop.,'
    b"Circuits,"
    b'"Sparse autoencoders, dictionaries",,Something of mine,"Yes, to most",12,github.com/ana/x,'
    b"https://api.typeform.com/responses/files/x/cv.pdf,1,completed,2026-03-01 05:00:00,,2026-03-01 06:05:11,n1,,dlsu\n"
    b"abc2,Ben Cruz,ben@example.test,Curious.,2,,,Probing,,No,8.0,,,1,completed,2026-03-01 05:00:00,,"
    b"2026-03-02 06:05:11,n2,,\n"
)
TYPEFORM_MAP = """
tool = "typeform"
id = "#"
submitted_at = "Submit Date (UTC)"
source = "via"

[identity]
name = "What is your name?"
email = "Email"

[answers]
why = "Why do you want to do this?"
python = "Which sentence fits your Python best?"
in-person = "Can you come in person?"
hours = "Hours a week"
link = "A link to something you made"
work = "Upload your work"
agree = "I agree to the rules."

[answers.topics]
columns = ["Circuits", "Sparse autoencoders, dictionaries", "Probing", "Other"]
other = "notes"
"""

GOOGLE = (
    "Timestamp,Email Address,First name,Last name,Why do you want to do this?,Which sentence fits your Python best?,"
    "Which topics interest you?,Can you come in person?,Hours a week,I agree to the rules.\n"
    '2026/03/01 2:05:11 PM GMT+8,ana@example.test,Ana,Reyes,=HYPERLINK("x"),3,'
    '"Circuits, Sparse autoencoders, dictionaries, Knitting, crochet","Yes, to all or nearly all",'
    "10,I agree to the rules.\n"
    ",,,,,,,,,\n"
    "2026/03/01 3:05:11 PM GMT+8,ANA+again@example.test,Ana,Reyes,A better reason.,3,Probing,No,10,Yes\n"
    "2026/03/02 3:05:11 PM GMT+8,not an address,Cy,Dela Cruz,Words,Beginner,Probing,No,many,Yes\n"
)
AIRTABLE = (
    "\ufeffName,E-mail,Why do you want to do this?,Python,Topics,In person,Hours,Upload your work,"
    "Agree,Created,Record ID\n"
    'Ana Reyes,ana@example.test,Because,I can write a loop.,"Circuits,""Sparse autoencoders, dictionaries""",'
    '"Yes, to most",12,ana cv.pdf (https://v5.airtableusercontent.com/v3/u/x/ana),checked,3/1/2026 2:05pm,recA1\n'
)
