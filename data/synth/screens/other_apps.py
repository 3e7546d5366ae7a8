"""The layouts of other apps, and those that show several of them: cuttings, pop-ups of the system."""

from __future__ import annotations

from data.synth.screens.blocks import icon_grid
from data.synth.screens.couriers import carrier, carrier_track, courier_send, errand
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.everyday_apps import (
    barcode_page,
    browser,
    device_app,
    farm_game,
    games,
    mail_fragment,
    map_app,
    note,
    note_app,
    short_video,
    smart_home,
    video,
)
from data.synth.screens.malls import (
    group_orders,
    jd_goods,
    jd_order,
    jd_service,
    jd_track,
    mall_chat,
    pdd_order,
    pdd_pay,
    pdd_sheet,
    result_page,
    rival_goods,
    rival_order,
    secondhand,
    takeaway,
    tiktok_order,
)
from data.synth.screens.messengers import bank, bank_bill, wallet_bill, wechat, wechat_chat, wechat_notices, wechat_pay
from data.synth.screens.page_builder import PageBuilder
from data.synth.screens.phone_screens import (
    BLUE,
    about_phone,
    call_history,
    calls,
    desktop,
    incoming,
    lock_screen,
    messages,
    settings,
    sms_list,
    sms_thread,
)


def system_popup(p: PageBuilder) -> str:
    """The system's own message over a page: share sheet, permission, network, app not responding, screen recording."""
    p.rng.choice((settings, sms_list, result_page, rival_goods))(p)
    if p.chance(0.4):
        with sheet(p, p.pick("打开方式", "分享到", "选择要使用的应用", "拷贝到"), height=260):
            icon_grid(
                p,
                p.some(
                    (
                        "微信好友",
                        "朋友圈",
                        "QQ",
                        "短信",
                        "蓝牙",
                        "复制链接",
                        "备忘录",
                        "邮件",
                        "保存图片",
                        "更多",
                        "浏览器",
                        "隔空投送",
                        "打印",
                    ),
                    7,
                    8,
                ),
                4,
                size=38,
            )
    elif p.chance(0.5):
        toast(
            p,
            p.pick(
                "截图已保存到相册",
                "网络连接不可用",
                "已复制到剪贴板",
                "没有可用的应用",
                "正在连接...",
                "电量不足20%",
                "内存不足",
                "该功能暂不可用",
            ),
        )
    else:
        dialog(
            p,
            p.pick(
                "应用没有响应，是否关闭？",
                "无法打开网页，因为地址无效",
                "“京东”想要使用您的相册",
                "未安装该应用，前往应用商店下载？",
                "当前使用移动网络，继续将消耗流量",
                "电池电量仅剩10%",
                "系统检测到应用频繁启动",
                "SIM卡无服务",
            ),
            p.rng.choice((("取消", "确定"), ("好",), ("等待", "关闭应用"), ("不允许", "好"))),
            colour=BLUE,
        )
    return "手机系统弹窗"


def fragment(p: PageBuilder) -> str:
    """A cut-out of any of these pages."""
    description = p.rng.choice((sms_thread, wallet_bill, bank_bill, call_history, wechat, settings, carrier_track, group_orders))(
        p
    )
    p.finish()
    top = p.rng.uniform(70, p.height * 0.5)
    high = p.rng.uniform(60, 260)
    p.canvas.shift(-top)
    p.canvas.height = high
    p.bare = True
    return description + "的局部"


EXTERNAL = {"外部APP截图": (jd_order, jd_goods, jd_track, pdd_sheet, pdd_order, messages, bank, calls, about_phone, wechat_chat,
    wechat_pay, video, note, browser, carrier, device_app, games, desktop, takeaway, mail_fragment)}  # fmt: skip

FOREIGN = {
    "外部APP截图": (
        rival_order,
        jd_service,
        carrier_track,
        courier_send,
        pdd_pay,
        group_orders,
        mall_chat,
        tiktok_order,
        short_video,
        note_app,
        secondhand,
        sms_list,
        sms_thread,
        call_history,
        incoming,
        wechat,
        wallet_bill,
        wechat_notices,
        bank_bill,
        settings,
        lock_screen,
        result_page,
        map_app,
        smart_home,
        errand,
        farm_game,
        rival_goods,
        system_popup,
        barcode_page,
        fragment,
    )
}
