from base64 import b64encode

from django.test import Client
from django.urls import reverse

from curriculum.figures import part_of
from tests.curriculum.worlds import running
from tests.factories.curriculum import FigureFactory


def test_offline_file_holds_text_and_figures_and_asks_for_nothing(db: None, client: Client) -> None:
    world = running()
    figure = FigureFactory.create(module_version=world.module)
    address = reverse("curriculum:figure", args=[figure.digest, figure.name])
    world.module.before_html = f'<p>Look: <img src="{address}" alt="A square"></p>'
    world.module.save()
    client.force_login(world.participant.user)

    answer = client.get(reverse("curriculum:offline", args=[world.cohort.slug, world.module.module.slug]))

    html = answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="week-1-{world.module.module.slug}.html"'
    assert f'<img src="data:image/svg+xml;base64,{b64encode(figure.content.encode()).decode()}" alt="A square">' in html
    assert "<link" not in html
    assert "<script" not in html
    assert 'src="/' not in html


def test_offline_file_takes_its_figures_out_of_the_joint_file(db: None, client: Client) -> None:
    world = running()
    one, other, sheet = (
        FigureFactory.create(
            module_version=world.module, name=f"{name}.svg", digest=name[0] * 64, content=f"<svg {name}>"
        )
        for name in ("a", "b", "c")
    )
    address = reverse("curriculum:figure", args=[sheet.digest, sheet.name])
    world.module.before_html = f'<img src="{address}#{part_of(other.digest)}" alt="B">'
    world.module.save()
    client.force_login(world.participant.user)

    html = client.get(reverse("curriculum:offline", args=[world.cohort.slug, world.module.module.slug])).content

    assert f'base64,{b64encode(other.content.encode()).decode()}" alt="B">'.encode() in html
    assert b64encode(one.content.encode()) not in html
