"""The layouts of pages that fit no other scene, and of photographs."""

from __future__ import annotations

from data.synth.screens import first_screens, shots
from data.synth.screens.fragments import blank, cutting, error_page, failed, fee_sheet, fragment, mosaic, odd_list, stray_picture
from data.synth.screens.leisure import (
    favourites,
    gallery,
    garden,
    group,
    group_chat,
    live_pocket,
    live_room,
    member,
    popup,
    popup_ad,
    recycle,
    recycling,
    results,
    search,
)
from data.synth.screens.notices import (
    app_settings,
    guide,
    invoice,
    invoices,
    messages,
    notice_cards,
    notices,
    rules,
    rules_page,
    settings,
    tutorial,
)
from data.synth.screens.photographs import (
    photo_damage,
    photo_display,
    photo_goods,
    photo_label,
    photo_paper,
    photo_parcel,
    photo_person,
    photo_place,
)

OTHER = {"实物拍摄(含售后)": (photo_goods, photo_damage, photo_parcel, photo_label, photo_paper, photo_person, photo_place,
    photo_display), "其他类别图片": (rules_page, notices, settings, invoice, error_page, live_room, search, group, recycling,
    gallery, fragment, fee_sheet, guide, popup_ad)}  # fmt: skip

MISC = {
    "其他类别图片": (
        rules,
        rules,
        notice_cards,
        messages,
        app_settings,
        failed,
        blank,
        invoices,
        invoices,
        tutorial,
        live_pocket,
        results,
        favourites,
        group_chat,
        popup,
        garden,
        member,
        recycle,
        stray_picture,
        odd_list,
        cutting,
        cutting,
        mosaic,
    ),
    **shots.LAYOUTS,
    **first_screens.LAYOUTS,
}
