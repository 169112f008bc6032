import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def written_when_it_was(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Notes from before this column were written, as far as anybody knows, when the contact was."""
    apps.get_model("people", "ContactNote").objects.update(written_at=models.F("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_run_of_a_cohort"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contactnote",
            name="key",
            field=models.UUIDField(
                editable=False,
                help_text="Names one sending of the form, so that a double click notes once.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="contactnote",
            name="written_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="contactnote",
            name="taken_back_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(written_when_it_was, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="contactnote",
            constraint=models.UniqueConstraint(
                fields=("author", "key"),
                name="noted_once",
                violation_error_message="This note is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("concern__in", [0, 1, 2])),
                name="concern_is_a_level",
                violation_error_message="Choose one of the levels of concern.",
            ),
        ),
    ]
