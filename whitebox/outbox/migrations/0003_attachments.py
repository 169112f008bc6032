from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_preferences")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="attachments",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
    ]
