"""Words: what the pages say, in English and Korean. The stand-in knows no Django, and so has no catalogues."""

from __future__ import annotations

Said = dict[str, str]


def said(en: str, ko: str) -> Said:
    return {"en": en, "ko": ko}


WORDS: dict[str, Said] = {
    "test": said("Test page", "시험용 페이지"),
    "test_text": said(
        "This stands in for Stripe on your own machine. No card is charged and no money moves.",
        "이 컴퓨터에서 Stripe를 대신하는 페이지입니다. 카드가 결제되지 않으며 돈이 오가지 않습니다.",
    ),
    "home_title": said("The stand-in is running", "대역 서버가 실행 중입니다"),
    "home_text": said(
        "Digestly sends you here when you subscribe or manage a subscription.",
        "Digestly에서 구독하거나 구독을 관리할 때 이곳으로 옵니다.",
    ),
    "lost_title": said("There is no such page", "페이지를 찾을 수 없습니다"),
    "lost_text": said("Go back to Digestly and try again.", "Digestly로 돌아가 다시 시도해 주세요."),
    "back": said("Back", "돌아가기"),
    "card": said("Test card", "시험용 카드"),
    "card_ok": said("Pays", "결제됩니다"),
    "card_declined": said("Is declined", "거절됩니다"),
    "card_insufficient": said("Has insufficient funds", "잔액이 부족합니다"),
    "card_fails_later": said(
        "Is accepted now, and fails at renewal", "지금은 결제되고, 갱신할 때 실패합니다"
    ),
    "card_asks": said("The bank asks for your approval (3-D Secure)", "은행이 승인을 요청합니다(3-D Secure)"),
    "email": said("Email", "이메일"),
    "subscribe": said("Subscribe", "구독하기"),
    "subscribe_to": said("Subscribe to {name}", "{name} 구독"),
    "buy": said("Pay for {name}", "{name} 결제"),
    "once": said("Paid once. Does not renew.", "한 번만 결제되며 갱신되지 않습니다."),
    "pay": said("Pay", "결제하기"),
    "code": said("Promotion code", "프로모션 코드"),
    "apply": said("Apply", "적용"),
    "bad_code": said("This code cannot be used.", "사용할 수 없는 코드입니다."),
    "country": said("Country", "국가"),
    "need_country": said("Choose your country.", "국가를 선택해 주세요."),
    "discount": said("Discount", "할인"),
    "tax": said("Tax", "세금"),
    "credit": said("Credit", "적립 금액"),
    "today": said("Due today", "오늘 결제할 금액"),
    "change_title": said("Change to {price}?", "{price} 요금제로 바꿀까요?"),
    "change_next": said("Then {price}, for the first time on {date}.", "다음 결제는 {date}, {price}입니다."),
    "change_kept": said(
        "You get back more than this costs. {amount} is kept for the next payments.",
        "돌려받을 금액이 더 큽니다. {amount}은 다음 결제에 쓰입니다.",
    ),
    "change_later": said(
        "Nothing is charged now. The new price counts from {date}.",
        "지금은 결제되지 않습니다. 새 요금은 {date}부터 적용됩니다.",
    ),
    "change_confirm": said("Confirm", "확인"),
    "change_to": said("Change to {price}", "{price} 요금제로 변경"),
    "start_trial": said("Start trial", "체험 시작하기"),
    "trial_until": said("Free until {date}, then {price}", "{date}까지 무료, 이후 {price}"),
    "pay_with": said("Pay with", "결제 카드"),
    "pay_amount": said("Pay {amount}", "{amount} 결제하기"),
    "renews": said("Renews by itself. Cancel anytime.", "자동으로 갱신되며, 언제든지 해지할 수 있습니다."),
    "per_day": said("per day", "/ 일"),
    "per_week": said("per week", "/ 주"),
    "per_month": said("per month", "/ 월"),
    "per_year": said("per year", "/ 년"),
    "choose_card": said("Choose one of the test cards.", "시험용 카드를 하나 골라 주세요."),
    "need_email": said("Enter your email address.", "이메일 주소를 입력해 주세요."),
    "declined": said(
        "The card was declined. Try another one.", "카드가 거절되었습니다. 다른 카드를 사용해 주세요."
    ),
    "denied": said(
        "You did not approve the payment, so nothing was paid. Try again, or use another card.",
        "결제를 승인하지 않아 결제되지 않았습니다. 다시 시도하거나 다른 카드를 사용해 주세요.",
    ),
    "paid_title": said("You have already paid", "이미 결제했습니다"),
    "paid_text": said("This page has done its work.", "이 페이지에서 할 일은 모두 끝났습니다."),
    "expired_title": said("This page has expired", "만료된 페이지입니다"),
    "expired_text": said(
        "Nothing was paid. Go back and start again.", "결제되지 않았습니다. 돌아가서 다시 시작해 주세요."
    ),
    "bank_title": said("Your bank asks: is this you?", "은행 확인: 본인이 결제하는 것이 맞나요?"),
    "bank_text": said("A payment of {amount} with card •••• {last4}.", "•••• {last4} 카드로 {amount} 결제."),
    "approve": said("Approve", "승인"),
    "deny": said("Refuse", "거절"),
    "nothing_to_approve": said("There is nothing to approve", "승인할 결제가 없습니다"),
    "invoice": said("Invoice {number}", "청구서 {number}"),
    "open": said("Open", "미납"),
    "paid": said("Paid", "결제 완료"),
    "void": said("Void", "무효"),
    "draft": said("Draft", "초안"),
    "uncollectible": said("Uncollectible", "회수 불가"),
    "thanks": said("Paid. Thank you.", "결제되었습니다. 감사합니다."),
    "portal": said("Your subscription", "구독 관리"),
    "no_subscription": said("There is no subscription.", "구독이 없습니다."),
    "renews_on": said("Renews on {date}", "{date}에 갱신"),
    "ends_on": said("Ends on {date}", "{date}에 종료"),
    "trial_ends_on": said("Trial ends on {date}", "{date}에 체험 종료"),
    "active": said("Active", "이용 중"),
    "trialing": said("Trial", "체험 중"),
    "past_due": said("Payment failed", "결제 실패"),
    "unpaid": said("Unpaid", "미납"),
    "incomplete": said("Not yet paid", "결제 미완료"),
    "incomplete_expired": said("Expired", "만료됨"),
    "canceled": said("Ended", "종료됨"),
    "paused": said("Paused", "일시 중지"),
    "cancel": said("Cancel subscription", "구독 해지"),
    "keep": said("Resume subscription", "구독 유지하기"),
    "cancel_title": said("Cancel your subscription?", "구독을 해지할까요?"),
    "cancel_text": said(
        "You keep what you have paid for until {date}. After that nothing is charged.",
        "{date}까지는 그대로 이용할 수 있으며, 그 뒤로는 결제되지 않습니다.",
    ),
    "cancel_now_text": said("It ends at once.", "즉시 종료됩니다."),
    "cancel_confirm": said("Yes, cancel", "네, 해지합니다"),
    "cancel_not": said("No, keep it", "아니요, 유지합니다"),
    "method": said("Payment method", "결제 수단"),
    "no_method": said("No card is on file.", "등록된 카드가 없습니다."),
    "update_card": said("Change card", "카드 변경"),
    "save_card": said("Save card", "카드 저장"),
    "invoices": said("Invoices", "청구서"),
    "no_invoices": said("None yet.", "아직 없습니다."),
    "return": said("Return to the site", "사이트로 돌아가기"),
    "done_title": said("Done", "완료되었습니다"),
    "done_text": said("The change has been made.", "변경 사항이 적용되었습니다."),
}
