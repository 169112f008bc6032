import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_attachments")]

    operations = [
        migrations.CreateModel(
            name="MissingWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SlugField(max_length=60, unique=True)),
                ("reason", models.CharField(max_length=300)),
                ("since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("asked_at", models.DateTimeField(help_text="When a letter of this kind was last due.")),
            ],
            options={"ordering": ["kind"]},
        ),
    ]
