# الصفحات التي يعتني فيها الناس بحساباتهم.
account-name = حسابك
account-skip = الانتقال إلى المحتوى
account-signed-in-as = مسجّل الدخول باسم { $name }
account-sign-out = تسجيل الخروج
account-console = الإدارة
account-error-before-title = خطأ: { $title }
account-pages = صفحات حسابك
account-saved-nothing = لم يُحفظ شيء. يرجى تصحيح ما يلي:
account-cancel = إلغاء
account-back = رجوع

account-overview = نظرة عامة
account-overview-intro = ما تسجّل به الدخول، وأين أنت مسجّل الدخول.
account-overview-password = كلمة المرور
account-overview-has-password = لديك كلمة مرور.
account-overview-no-password = ليست لديك كلمة مرور.
account-overview-number = رقم الهاتف المحمول
account-overview-no-number = ليس لديك رقم. لا يمكن إرسال رموز إليك برسالة نصية.
account-overview-codes = الرموز الاحتياطية
account-overview-codes-left = بقي { $left } من { $total }
account-overview-no-codes = ليست لديك رموز.
account-overview-sessions = الجلسات
account-overview-session-count = { $count ->
    [zero] لا جلسات
    [one] في هذا المتصفح فقط
    [two] في متصفحين
    [few] في { $count } متصفحات
    [many] في { $count } متصفحًا
   *[other] في { $count } متصفح
}
account-overview-change = تغيير
account-overview-look = عرض
account-overview-add = إضافة رقم
account-overview-make = إنشاء رموز

account-profile = الملف الشخصي
account-profile-intro = ما هو معروف عنك. الحقل الفارغ ينسى قيمته.
account-profile-empty = لا يوجد هنا ما يمكنك تغييره. اسأل المسؤول إن كان هناك خطأ.
account-profile-save = حفظ الملف الشخصي
account-profile-saved = حُفظ ملفك الشخصي.
account-profile-another = قيمة أخرى
account-profile-another-of = { $label }، قيمة أخرى
account-profile-value-of = { $label }، القيمة { $number }
account-profile-required = (مطلوب)
account-profile-none = لا شيء
account-profile-read-only = لا يغيّر هذا إلا المسؤول.
account-profile-names-you = تعرفك التطبيقات بهذا، لذلك لا يغيّره إلا المسؤول.
account-claim-givenname = الاسم الأول
account-claim-lastname = اسم العائلة
account-claim-emailaddress = البريد الإلكتروني
account-claim-organization = المؤسسة
account-claim-country = البلد
account-mistake-value = لا يمكن حفظ هذا. استخدم 1024 حرفًا على الأكثر وبلا رموز تحكم.

account-password = كلمة المرور
account-password-intro = اختر كلمة مرور جديدة. تبقى مسجّل الدخول هنا. وتنتهي كل جلساتك الأخرى.
account-password-current = كلمة المرور الحالية
account-password-new = كلمة المرور الجديدة
account-password-again = كلمة المرور الجديدة مرة أخرى
account-password-save = تغيير كلمة المرور
account-password-saved = تم تغيير كلمة مرورك. انتهت كل جلساتك الأخرى.
account-password-wrong = كلمة المرور الحالية غير صحيحة. تحقق منها وحاول مرة أخرى.
account-password-same = هذه هي كلمة مرورك الحالية. اختر غيرها.
account-password-differ = كلمتا المرور الجديدتان غير متطابقتين. اكتب الكلمة نفسها مرتين.
account-password-missing = ليست لديك كلمة مرور. اطلب من المسؤول رابطًا تختار به كلمة مرور.
account-password-forgotten = إذا نسيت كلمة المرور الحالية فاطلب من المسؤول رابطًا يعمل مرة واحدة. به تختار كلمة جديدة. وسيظل رمزك مطلوبًا.

account-mobile = رقم الهاتف المحمول
account-mobile-intro = تصل رموز تسجيل دخولك إلى هذا الرقم برسالة نصية.
account-mobile-risk = قد يعترض آخرون الرسائل النصية أو ينقلون رقمك إلى هاتفهم. أنشئ رموزًا احتياطية أيضًا: لا تحتاج إلى هاتف ولا إلى شبكة.
account-mobile-alternative = إنشاء رموز احتياطية
account-mobile-present = رقمك
account-mobile-state = التحقق
account-mobile-verified = تم التحقق منه برمز في { $date }.
account-mobile-unverified = أدخله مسؤول ولم يُتحقق منه بعد. يُتحقق منه عندما تُدخل رمزًا أُرسل إليه.
account-mobile-none = ليس لديك رقم.
account-mobile-none-advice = أضف رقمًا لتسجّل الدخول حيث يطلب تطبيق رمزًا.
account-mobile-change = تغيير الرقم
account-mobile-add = إضافة رقم
account-mobile-change-how = يُطلب منك أولاً تسجيل الدخول من جديد، برمز إلى الرقم الحالي أو برمز احتياطي. ثم يصل رمز إلى الرقم الجديد. لا يتغير شيء قبل أن تدخله.
account-mobile-add-how = يُطلب منك أولاً تسجيل الدخول من جديد. ثم يصل رمز إلى الرقم. لا يتغير شيء قبل أن تدخله.
account-mobile-waiting = رقم ينتظر رمزه.
account-mobile-go-on = إدخال الرمز
account-mobile-new = رقم هاتف محمول جديد
account-mobile-new-intro = نرسل رمزًا إلى الرقم الجديد. بعد أن تدخله تصل الرموز إليه، ويُبلَّغ الرقمان.
account-mobile-label = رقم الهاتف المحمول
account-mobile-hint = مع رمز البلد، مثل ‎+44 7700 900123.
account-mobile-send = إرسال رمز
account-mobile-code = أدخل الرمز
account-mobile-code-sent = أرسلنا رمزًا إلى { $number }.
account-mobile-code-label = الرمز
account-mobile-code-until = الرمز صالح حتى { $time }.
account-mobile-confirm = تأكيد الرقم
account-mobile-resend = إرسال رمز جديد
account-mobile-resend-from = يمكن إرسال رمز جديد ابتداءً من { $time }.
account-mobile-other = استخدام رقم آخر
account-mobile-give-up = الاحتفاظ برقمي الحالي
account-mobile-give-up-none = عدم إضافة رقم
account-mobile-saved = تصل الرموز من الآن إلى رقمك الجديد. أنهِ جلساتك الأخرى إن كان من الممكن أن يكون غيرك مسجّل الدخول.
account-mobile-given-up = لم يتغير الرقم.
account-mobile-same = هذا هو رقمك الحالي. أدخل رقمًا آخر.
account-mobile-over = لم يعد هناك رقم ينتظر رمزًا. أدخل الرقم مرة أخرى.
account-mobile-throttled = أُدخلت رموز خاطئة كثيرة. يمكن تجربة رمز آخر ابتداءً من { $time }.
account-mobile-locked = أُدخلت رموز خاطئة كثيرة. اطلب من المسؤول فتح حسابك.
account-password-throttled = أُدخلت كلمات مرور خاطئة كثيرة. يمكن تجربة أخرى ابتداءً من { $time }.
account-password-locked = أُدخلت كلمات مرور خاطئة كثيرة. اطلب من المسؤول فتح حسابك.

account-sms = الرموز بالرسائل النصية
account-sms-asked = يُطلب منك رمز برسالة نصية حيث يريد تطبيق ذلك.
account-sms-not-asked = حيث يترك التطبيق القرار لك، لا يُطلب منك رمز. تكفي هناك كلمة مرورك وحدها.
account-sms-admin-decides = يقرر المسؤول أين يُطلب منك رمز. لا يمكنك تغيير ذلك هنا.
account-sms-no-application = يقرر كل تطبيق هنا بنفسه هل يطلب رمزًا. لا يوجد ما يمكنك إيقافه.
account-sms-disable = التوقف عن طلب الرموز مني
account-sms-disable-means = حيث يترك التطبيق القرار لك، يستطيع عندئذ كل من يعرف كلمة مرورك أن يسجّل الدخول باسمك. التطبيقات التي تريد رمزًا دائمًا تظل تطلبه.
account-sms-disable-how = يُطلب منك أولاً تسجيل الدخول من جديد برمز.
account-sms-disable-confirm = التوقف عن طلب الرموز
account-sms-enable = طلب الرموز مني من جديد
account-sms-disabled = لن يُطلب منك رمز بعد الآن حيث يترك التطبيق القرار لك.
account-sms-enabled = سيُطلب منك رمز من جديد.

account-codes = الرموز الاحتياطية
account-codes-intro = يعمل الرمز الاحتياطي مرة واحدة بدلاً من رمز برسالة نصية. احتفظ ببعضها ليوم تفقد فيه هاتفك.
account-codes-none = ليست لديك رموز.
account-codes-left = المتبقي
account-codes-left-of = { $left } من { $total }
account-codes-last-used = آخر استخدام
account-codes-never = أبدًا
account-codes-new = إنشاء رموز جديدة
account-codes-new-how = يُطلب منك أولاً تسجيل الدخول من جديد. تبطل الرموز السابقة فور إنشاء الجديدة.
account-codes-make-title = رموز احتياطية جديدة
account-codes-make-text = تُنشأ عشرة رموز وتُعرض مرة واحدة على صفحة للطباعة. وتبطل الرموز السابقة عندئذ.
account-codes-make = إنشاء عشرة رموز
account-codes-sheet-title = رموزك الاحتياطية الجديدة
account-codes-sheet-once = تُعرض هذه الرموز الآن فقط. اطبع هذه الصفحة أو انسخ الرموز إلى مكان لا يجدها فيه غيرك. الرموز السابقة باطلة.
account-codes-sheet-head = الرموز الاحتياطية لـ { $name } في { $product }، أُنشئت في { $time }
account-codes-sheet-foot = يعمل كل رمز مرة واحدة بدلاً من رمز برسالة نصية. اشطبه بعد استخدامه.
account-codes-sheet-done = أصبحت لدي

account-sessions = الجلسات
account-sessions-intro = سطر لكل متصفح. إذا أنهيت جلسة فإن تسجيل الدخول التالي فيها يطلب كل خطوة من جديد. تحتفظ التطبيقات بجلساتها الخاصة حتى تنتهي.
account-sessions-began = بداية الجلسة
account-sessions-used = آخر استخدام
account-sessions-passed = ما اجتيز
account-sessions-for = التطبيقات
account-sessions-end = إنهاء
account-sessions-end-one = إنهاء الجلسة التي بدأت في { $time }
account-sessions-this = هذا المتصفح
account-sessions-ends-by = تنتهي في موعد أقصاه { $time }
account-sessions-none-known = لا شيء معروف
account-sessions-end-others = إنهاء كل الجلسات الأخرى
account-sessions-end-others-title = إنهاء كل الجلسات الأخرى
account-sessions-end-others-text = { $count ->
    [zero] لا يُسجَّل خروج أي متصفح آخر. تبقى مسجّل الدخول هنا.
    [one] يُسجَّل خروج متصفح واحد آخر. تبقى مسجّل الدخول هنا.
    [two] يُسجَّل خروج متصفحين آخرين. تبقى مسجّل الدخول هنا.
    [few] يُسجَّل خروج { $count } متصفحات أخرى. تبقى مسجّل الدخول هنا.
    [many] يُسجَّل خروج { $count } متصفحًا آخر. تبقى مسجّل الدخول هنا.
   *[other] يُسجَّل خروج { $count } متصفح آخر. تبقى مسجّل الدخول هنا.
}
account-sessions-no-others = لا توجد جلسة أخرى.
account-sessions-ended-one = انتهت الجلسة.
account-sessions-ended-others = انتهت جلساتك الأخرى.

account-activity = النشاط الأخير
account-activity-intro = ما حدث لحسابك، الأحدث أولاً. كل الأوقات بالتوقيت العالمي UTC. إذا رأيت شيئًا لم تفعله أنت فغيّر كلمة مرورك وأنهِ جلساتك الأخرى وأبلغ المسؤول.
account-activity-none = لا شيء مسجَّل هنا.
account-activity-first = الأحدث
account-activity-next = الأقدم
account-activity-failure = فشل:
account-activity-for = إلى { $name }.
account-activity-from = من { $address }.
account-activity-code = الرمز { $code }.

account-factor-password = كلمة المرور
account-factor-code = رمز برسالة نصية

account-told-step-passed = اجتيزت الخطوة: { $factor }.
account-told-step-failed = إجابة خاطئة: { $factor }.
account-told-throttled = لم تُفحص إجابة لكثرة الإجابات الخاطئة: { $factor }.
account-told-step-skipped = تُركت خطوة كما يسمح التطبيق: { $factor }.
account-told-message-sent = أُرسل رمز برسالة نصية.
account-told-number-added = أُضيف رقم هاتف محمول أثناء تسجيل الدخول.
account-told-backup-code = استُخدم رمز احتياطي. المتبقي: { $left }.
account-told-denied = انتهى تسجيل دخول دون نجاح.
account-told-claims-missing = توقف تسجيل دخول: كان ينقص ملفك الشخصي شيء يحتاج إليه التطبيق.
account-told-restarted = بدأ تسجيل دخول من جديد.
account-told-signed-in = تم تسجيل الدخول.
account-told-signed-in-account = تم تسجيل الدخول إلى حسابك.
account-told-signed-in-console = تم تسجيل الدخول إلى الإدارة.
account-told-signed-out = تم تسجيل الخروج.
account-told-session-ended = أُنهيت جلسة.
account-told-sessions-ended = أُنهيت جلسات.
account-told-password-changed = تم تغيير كلمة المرور.
account-told-password-refused = أدخل أحدهم كلمة مرور حالية خاطئة عند تغيير كلمة المرور.
account-told-password-chosen = اختيرت كلمة مرور برابط يعمل مرة واحدة.
account-told-profile-changed = تم تغيير الملف الشخصي.
account-told-number-changed = تم تغيير رقم الهاتف المحمول.
account-told-number-code-sent = أُرسل رمز إلى رقم هاتف محمول جديد.
account-told-number-code-wrong = أُدخل رمز خاطئ لرقم هاتف محمول جديد.
account-told-codes-made = أُنشئت رموز احتياطية جديدة.
account-told-codes-removed = أُزيلت الرموز الاحتياطية.
account-told-sms-disabled = أُوقفت الرموز بالرسائل النصية حيث يُسمح بذلك.
account-told-sms-enabled = أُعيد تشغيل الرموز بالرسائل النصية.
account-told-made = أُنشئ الحساب.
account-told-enabled = فُعِّل الحساب.
account-told-disabled = عُطِّل الحساب.
account-told-unlocked = نُسيت الإجابات الخاطئة.
account-told-roles = تغيّر ما يحق لك في الإدارة.
account-told-password-link = أُنشئ رابط لاختيار كلمة مرور.
account-told-number-link = أُنشئ رابط لإضافة رقم هاتف محمول.
account-told-by-administrator = بواسطة المسؤول.

account-confirm-title = أكّد أنك أنت
account-confirm-text = يتطلب هذا تسجيل دخول خلال الدقائق الخمس الأخيرة. لم يتغير شيء.
account-confirm = تسجيل الدخول من جديد
account-unproven-title = كلمة مرورك وحدها لا تكفي
account-unproven-text = ليس لديك رقم هاتف محمول ولا رموز احتياطية، فلا شيء آخر يثبت أنك أنت.
account-unproven-advice = اطلب من المسؤول رابط تسجيل. افتحه في هذا المتصفح ثم عد إلى هنا.
account-not-found-title = لا يوجد شيء كهذا هنا
account-not-found-text = ربما انتهى بالفعل، أو أن العنوان غير كامل.
account-changed-title = تغيّر هذا في هذه الأثناء
account-changed-text = تغيّر حسابك بشكل آخر في الوقت نفسه، فلم يُحفظ شيء. انظر إليه كما هو الآن ثم أعد التغيير.
account-throttled-title = إجابات خاطئة كثيرة

password-forgotten = هل نسيتها؟ اطلب من المسؤول رابطًا يعمل مرة واحدة. به تختار كلمة مرور جديدة.
