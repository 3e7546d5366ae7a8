"""The layouts of complaints and reports."""

from __future__ import annotations

from data.synth.screens.complaint_forms import (
    choose_order,
    choose_type,
    complaint_dialog,
    form,
    over_form,
    raise_form,
    report_form,
    sent,
    topic_sheet,
)
from data.synth.screens.complaint_lists import centre, desktop, messages, my_list, official, official_list, records
from data.synth.screens.complaint_progress import all_of_it, detail, over_page, progress, progress_sheet, report_detail, verdict

COMPLAINTS = {"投诉举报页面": (progress, progress_sheet, form, topic_sheet, choose_order, my_list, messages, report_detail,
    report_form, official, official_list, complaint_dialog)}  # fmt: skip

REPORTS = {
    "投诉举报页面": (
        detail,
        detail,
        all_of_it,
        records,
        choose_type,
        raise_form,
        centre,
        over_page,
        verdict,
        sent,
        over_form,
        desktop,
    ),
}
