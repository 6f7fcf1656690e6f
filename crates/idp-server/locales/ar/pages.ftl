help-label = المساعدة:
language-menu = اللغة
error-before-title = خطأ: { $title }
incident-help = إذا احتجت إلى مساعدة فأعطِ المسؤول هذا الرمز:
mistakes = يُرجى تصحيح ما يلي:
show = إظهار
hide = إخفاء

unit-hours = س
unit-minutes = د
unit-seconds = ث
date-of-day = { $day } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { $year }
date-with-time = { $date }، الساعة { $time } بالتوقيت العالمي

step-of = الخطوة { $number } من { $count }
to-continue-to = للمتابعة إلى { $application }
signing-in-as = تسجيل الدخول باسم { $person }
use-another-method = استخدام طريقة أخرى
start-again = لست أنت؟ ابدأ من جديد
cancel-and-go-back = إلغاء والعودة إلى { $application }
sign-in-ends-in = ينتهي تسجيل الدخول هذا خلال { $left }.
sign-in-ended = انتهى تسجيل الدخول هذا. عُد إلى التطبيق وابدأ من جديد.
code-valid-until = الرمز صالح حتى { $time } ({ $left }).
code-not-valid = لم يعد الرمز صالحًا.
request-valid-until = الطلب صالح حتى { $time } ({ $left }).
request-not-valid = لم يعد الطلب صالحًا.
link-valid-until = الرابط صالح حتى { $time } ({ $left }).
link-not-valid = لم يعد الرابط صالحًا.
available-in = متاح خلال { $left }، في { $time }.
reload-then = أعد تحميل هذه الصفحة عندئذ.
usable-now = يمكنك الآن استخدام «{ $button }».
code-of-digits = { $count ->
    [zero] { $count } رقم
    [one] رقم واحد
    [two] رقمان
    [few] { $count } أرقام
    [many] { $count } رقمًا
   *[other] { $count } رقم
}
code-of-characters = { $count ->
    [zero] { $count } حرف ورقم
    [one] حرف أو رقم واحد
    [two] حرفان أو رقمان
    [few] { $count } حروف وأرقام
    [many] { $count } حرفًا ورقمًا
   *[other] { $count } حرف ورقم
}
code-from-to-digits = من { $least } إلى { $most } أرقام
code-from-to-characters = من { $least } إلى { $most } حروف وأرقام
choose-title = اختر طريقة تسجيل الدخول

passing-title = المتابعة إلى { $application }
passing-heading = يجري نقلك إلى { $application }
passing-button = متابعة
unsolicited-text = أحضرك إلى هنا رابط يسجّل دخولك إلى { $application }. لا تتابع إلا إذا كان هذا ما تريده.

home-title = تسجيل الدخول الموحّد
home-text = يسجّل هذا الخادم دخول الأشخاص إلى التطبيقات. لتسجيل الدخول افتح التطبيق الذي تريد استخدامه: سيأتي بك إلى هنا ثم يعيدك.
home-signed-out = تم تسجيل خروجك.
home-signed-in = سجّلت الدخول باسم { $person }.
home-console = فتح وحدة الإدارة
home-for-administrators = لمسؤولي التطبيقات
home-metadata = هذا موفّر هوية SAML 2.0. سجّله في تطبيقك ببياناته الوصفية:
home-metadata-link = بيانات SAML الوصفية
home-entity-id = معرّف الكيان

left-title = لم تسجّل الدخول
left-text = لم يتغيّر شيء. يمكنك المحاولة مرة أخرى متى شئت، أو إغلاق هذه النافذة.
left-again = تسجيل الدخول إلى { $application }
return-to = العودة إلى { $application }

enrolment-title = يمكنك إضافة رقم هاتفك المحمول
enrolment-how = افتح الآن التطبيق الذي تريد استخدامه وسجّل الدخول فيه بهذا المتصفح. بعد كلمة المرور يُطلب منك رقم هاتفك المحمول، ويُرسل إليه رمز.
enrolment-once = يعمل هذا مرة واحدة، ولمدة { $left } أخرى. إذا لم تطلب ذلك فأغلق هذه النافذة وأخبر المسؤول.

username = اسم المستخدم
password = كلمة المرور
password-again = كلمة المرور مرة أخرى
password-title = اختر كلمة مرور
password-intro = هي للحساب المذكور أدناه. الرابط الذي جاء بك إلى هنا يعمل مرة واحدة، ولا يعرف كلمة المرور أحد سواك.
password-save = حفظ كلمة المرور
password-done-title = حُفظت كلمة مرورك
password-done-text = من الآن يسجّل { $username } الدخول بكلمة المرور التي اخترتها. لم يعد الرابط يعمل، وسُجّل خروج الحساب من كل مكان كان مفتوحًا فيه.
password-done-next = افتح الآن التطبيق الذي تريد استخدامه وسجّل الدخول فيه. وما يطلبه غير ذلك، كرمز في رسالة نصية، يطلبه كما كان.
password-rule-length = { $least ->
    [zero] { $least } حرف على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
    [one] حرف واحد على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
    [two] حرفان على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
    [few] { $least } أحرف على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
    [many] { $least } حرفًا على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
   *[other] { $least } حرف على الأقل؛ والأسهل بضع كلمات لا صلة بينها.
}
password-rule-any = أي حروف، بما فيها المسافات. لا حاجة إلى أرقام أو رموز.
password-rule-unknown = ليست كلمة مرور معروفة من مواقع أخرى، وليست اسم المستخدم.
passwords-differ = كلمتا المرور غير متطابقتين. اكتب الكلمة نفسها مرتين.

bootstrap-title = إنشاء حساب المسؤول الأول
bootstrap-intro = هذا الحساب يدير الخادم. الرابط الذي جاء بك إلى هنا يعمل مرة واحدة.
bootstrap-create = إنشاء حساب المسؤول
bootstrap-done-title = أُنشئ حساب المسؤول
bootstrap-done-text = يمكن لـ { $username } الآن تسجيل الدخول بكلمة المرور التي اخترتها. لم يعد الرابط يعمل.
bootstrap-done-next = الخطوة التالية: سجّل الدخول إلى وحدة الإدارة، وفيها تسجّل التطبيقات التي سيدخل إليها الأشخاص.

# تسجيل الخروج هنا ومن التطبيقات.
logout-title = تسجيل الخروج
logout-question = إذا سجّلت الخروج، فسيُسجَّل خروجك من هنا ومن هذه التطبيقات:
logout-question-here = إذا سجّلت الخروج، فسيُسجَّل خروجك من هنا. لا يلزم إبلاغ أي تطبيق.
logout-nobody = لم تسجّل الدخول.
logout-telling-title = جارٍ تسجيل خروجك
logout-telling = سُجِّل خروجك من هنا. الآن يسجّل { $application } خروجك.
logout-go-on = المتابعة دون انتظار
logout-done-title = سُجِّل خروجك
logout-complete = سُجِّل خروجك من هنا ومن كل التطبيقات التي استخدمتها.
logout-partial = سُجِّل خروجك من هنا، لكن لم تؤكّد كل التطبيقات أنها سجّلت خروجك. إذا كان الحاسوب مشتركًا فأغلق المتصفح الآن.
logout-state-pending = سيُبلَّغ تاليًا
logout-state-waiting = جارٍ إبلاغه
logout-state-ended = سجّل خروجك
logout-state-refused = لم يسجّل خروجك
logout-state-timed-out = لم يُجب
logout-state-cannot-be-told = لا يمكن إبلاغه؛ سجّل الخروج منه بنفسك
logout-retry = المحاولة مرة أخرى
logout-back-soon = ستعود خلال بضع ثوانٍ.
logout-stay = البقاء في هذه الصفحة
