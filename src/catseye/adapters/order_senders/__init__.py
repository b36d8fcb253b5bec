"""Where work orders go: a webhook, mail by SMTP, a CSV file."""

from catseye.adapters.order_senders.csv_file import CsvSender
from catseye.adapters.order_senders.mail import MailSender
from catseye.adapters.order_senders.webhook import WebhookSender

__all__ = ["CsvSender", "MailSender", "WebhookSender"]
