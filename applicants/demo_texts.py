"""Invented answers for the demonstration. Parts are joined at random, so that 140 applications do not read alike."""

REASONS = (
    "I want to know what a model computes before I trust it with something that matters.",
    "A classifier I trained for a school project was right for a silly reason, and I could not let go of that.",
    "I come from biology, and I like the idea that one can dissect a thing that was never designed.",
    "People around me use these systems for medical questions, and nobody can say why an answer came out.",
    "I read about circuits in a vision model and could not believe that somebody had simply looked inside.",
    "I think understanding is the part of safety that a careful beginner can help with.",
)
ACTIONS = (
    "Since then I worked through a video course on back-propagation and wrote the small engine again without looking.",
    "I rebuilt an attention layer in numpy and checked it by hand on three tokens.",
    "I asked a lecturer two questions about superposition and he sent me a paper that I read twice.",
    "I plotted what each neuron of a tiny network responds to and found two that do the same thing.",
    "I have read four posts on induction heads and wrote half a page on the one I did not believe.",
    "I joined a reading group, and I presented the paper on modular addition to six people.",
    "So far I have mostly read. I have a list of questions and no good way yet to test them.",
)
PLANS = (
    "I would finish the notebook I began and post it, wrong parts included.",
    "I would repeat one small result each month and write a page on each.",
    "My first step would be a reading group of three people, starting next Monday.",
    "I would turn to statistics for a while, because I notice how often I need it.",
    "I would ask again next year, with something finished to show.",
)
WORKS = (
    "For seven months I kept a weather station on our roof running, about four hours a week.",
    "I translated a children's book from Ilocano, two evenings a week for half a year.",
    "I wrote a small program that plans our neighbourhood's water deliveries; eleven families use it.",
    "I grew chillies from seed for two seasons and measured which of three soils did better.",
    "I made a card game with my cousins. It went through nine versions.",
    "I ran a club for mathematical puzzles at school for three terms.",
)
SETBACKS = (
    "The sensor drifted, and I found out only when I compared it with the airport's data. I now check it every month.",
    "Halfway through I saw that I had misread the first chapter and began again.",
    "The first version was so slow that nobody waited for it. I measured, and one loop was to blame.",
    "Half of the plants died after a storm, so the second season had covers.",
    "It stopped twice because of exams. I did not find a way around that.",
)
PUZZLES = (
    (
        "Rule one: find the last letter earlier and give the letter after it. Rule two: give the second letter.\n"
        "The row M K R K separates them: rule one says R, rule two says K."
    ),
    (
        "Rule A turns K into M, M into R and R into K. Rule B copies what followed the last letter before.\n"
        "For M K R K rule A says M and rule B says R."
    ),
    "The answer is always the second letter. Another rule: the letter that came after the same letter before.",
    "I think it repeats what came after. I did not find a second rule that is really different.",
)
NAMES = (
    "Aldo", "Belen", "Cora", "Danilo", "Elisa", "Felix", "Grace", "Hector", "Imelda", "Jasper", "Karina", "Leo", "Mara",
    "Noel", "Odette", "Paolo", "Queenie", "Rafa", "Sol", "Tess", "Ulan", "Vida", "Wilma", "Xandra", "Yani", "Zed",
)  # fmt: skip
FAMILIES = ("Abad", "Bernal", "Castro", "Domingo", "Estrella", "Flores", "Gatdula", "Herrera", "Ilustre", "Jacinto")
SCHOOLS = ("a state university", "a night college", "a hospital", "a software house", "senior high school", "")
SOURCES = ("", "", "dlsu", "upd", "friend", "newsletter", "ateneo")
NOTES = (
    "",
    "",
    "Two named actions, the plan has no first step.",
    "The second rule is the first in other words.",
    "A clear setback and what was done about it.",
    "Honest about the gaps.",
)
