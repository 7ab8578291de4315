"""Words: what the pages say, in English and Korean. The stand-in knows no Django, and so has no catalogues."""

from __future__ import annotations

Said = dict[str, str]


def _(en: str, ko: str) -> Said:
    return {"en": en, "ko": ko}


WORDS: dict[str, Said] = {
    "test": _("Test page", "시험용 페이지"),
    "test_text": _(
        "This stands in for Stripe on your own machine. No card is charged and no money moves.",
        "이 컴퓨터에서 Stripe를 대신하는 페이지입니다. 카드가 결제되지 않으며 돈이 오가지 않습니다.",
    ),
    "home_title": _("The stand-in is running", "대역 서버가 실행 중입니다"),
    "home_text": _(
        "Digestly sends you here when you subscribe or manage a subscription.",
        "Digestly에서 구독하거나 구독을 관리할 때 이곳으로 옵니다.",
    ),
    "lost_title": _("There is no such page", "페이지를 찾을 수 없습니다"),
    "lost_text": _("Go back to Digestly and try again.", "Digestly로 돌아가 다시 시도해 주세요."),
    "back": _("Back", "돌아가기"),
    "card": _("Test card", "시험용 카드"),
    "card_ok": _("Pays", "결제됩니다"),
    "card_declined": _("Is declined", "거절됩니다"),
    "card_insufficient": _("Has insufficient funds", "잔액이 부족합니다"),
    "card_fails_later": _("Is accepted now, and fails at renewal", "지금은 결제되고, 갱신할 때 실패합니다"),
    "card_asks": _("The bank asks for your approval (3-D Secure)", "은행이 승인을 요청합니다(3-D Secure)"),
    "email": _("Email", "이메일"),
    "subscribe": _("Subscribe", "구독하기"),
    "subscribe_to": _("Subscribe to {name}", "{name} 구독"),
    "start_trial": _("Start trial", "체험 시작하기"),
    "trial_until": _("Free until {date}, then {price}", "{date}까지 무료, 이후 {price}"),
    "pay_with": _("Pay with", "결제 카드"),
    "pay_amount": _("Pay {amount}", "{amount} 결제하기"),
    "renews": _("Renews by itself. Cancel anytime.", "자동으로 갱신되며, 언제든지 해지할 수 있습니다."),
    "per_day": _("per day", "/ 일"),
    "per_week": _("per week", "/ 주"),
    "per_month": _("per month", "/ 월"),
    "per_year": _("per year", "/ 년"),
    "choose_card": _("Choose one of the test cards.", "시험용 카드를 하나 골라 주세요."),
    "need_email": _("Enter your email address.", "이메일 주소를 입력해 주세요."),
    "declined": _(
        "The card was declined. Try another one.", "카드가 거절되었습니다. 다른 카드를 사용해 주세요."
    ),
    "denied": _(
        "You did not approve the payment, so nothing was paid. Try again, or use another card.",
        "결제를 승인하지 않아 결제되지 않았습니다. 다시 시도하거나 다른 카드를 사용해 주세요.",
    ),
    "paid_title": _("You have already paid", "이미 결제했습니다"),
    "paid_text": _("This page has done its work.", "이 페이지에서 할 일은 모두 끝났습니다."),
    "expired_title": _("This page has expired", "만료된 페이지입니다"),
    "expired_text": _(
        "Nothing was paid. Go back and start again.", "결제되지 않았습니다. 돌아가서 다시 시작해 주세요."
    ),
    "bank_title": _("Your bank asks: is this you?", "은행 확인: 본인이 결제하는 것이 맞나요?"),
    "bank_text": _("A payment of {amount} with card •••• {last4}.", "•••• {last4} 카드로 {amount} 결제."),
    "approve": _("Approve", "승인"),
    "deny": _("Refuse", "거절"),
    "nothing_to_approve": _("There is nothing to approve", "승인할 결제가 없습니다"),
    "invoice": _("Invoice {number}", "청구서 {number}"),
    "open": _("Open", "미납"),
    "paid": _("Paid", "결제 완료"),
    "void": _("Void", "무효"),
    "draft": _("Draft", "초안"),
    "uncollectible": _("Uncollectible", "회수 불가"),
    "thanks": _("Paid. Thank you.", "결제되었습니다. 감사합니다."),
    "portal": _("Your subscription", "구독 관리"),
    "no_subscription": _("There is no subscription.", "구독이 없습니다."),
    "renews_on": _("Renews on {date}", "{date}에 갱신"),
    "ends_on": _("Ends on {date}", "{date}에 종료"),
    "trial_ends_on": _("Trial ends on {date}", "{date}에 체험 종료"),
    "active": _("Active", "이용 중"),
    "trialing": _("Trial", "체험 중"),
    "past_due": _("Payment failed", "결제 실패"),
    "unpaid": _("Unpaid", "미납"),
    "incomplete": _("Not yet paid", "결제 미완료"),
    "incomplete_expired": _("Expired", "만료됨"),
    "canceled": _("Ended", "종료됨"),
    "paused": _("Paused", "일시 중지"),
    "cancel": _("Cancel subscription", "구독 해지"),
    "keep": _("Resume subscription", "구독 유지하기"),
    "cancel_title": _("Cancel your subscription?", "구독을 해지할까요?"),
    "cancel_text": _(
        "You keep what you have paid for until {date}. After that nothing is charged.",
        "{date}까지는 그대로 이용할 수 있으며, 그 뒤로는 결제되지 않습니다.",
    ),
    "cancel_now_text": _("It ends at once.", "즉시 종료됩니다."),
    "cancel_confirm": _("Yes, cancel", "네, 해지합니다"),
    "cancel_not": _("No, keep it", "아니요, 유지합니다"),
    "method": _("Payment method", "결제 수단"),
    "no_method": _("No card is on file.", "등록된 카드가 없습니다."),
    "update_card": _("Change card", "카드 변경"),
    "save_card": _("Save card", "카드 저장"),
    "invoices": _("Invoices", "청구서"),
    "no_invoices": _("None yet.", "아직 없습니다."),
    "return": _("Return to the site", "사이트로 돌아가기"),
    "done_title": _("Done", "완료되었습니다"),
    "done_text": _("The change has been made.", "변경 사항이 적용되었습니다."),
}
