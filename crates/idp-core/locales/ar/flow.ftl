span-of-hours = { $count ->
    [zero] { $count } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $count } ساعات
    [many] { $count } ساعة
   *[other] { $count } ساعة
}
span-of-minutes = { $count ->
    [zero] { $count } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $count } دقائق
    [many] { $count } دقيقة
   *[other] { $count } دقيقة
}
span-of-seconds = { $count ->
    [zero] { $count } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $count } ثوانٍ
    [many] { $count } ثانية
   *[other] { $count } ثانية
}

throttled = كانت هناك إجابات خاطئة كثيرة. انتظر { $wait } ثم حاول مرة أخرى.
throttled-long = كانت هناك إجابات خاطئة كثيرة. انتظر { $wait } ثم حاول مرة أخرى، أو اطلب من المسؤول فتح القفل.
locked = كانت هناك إجابات خاطئة كثيرة، ولذلك قُفل تسجيل الدخول هذا. اطلب من المسؤول فتح القفل.
