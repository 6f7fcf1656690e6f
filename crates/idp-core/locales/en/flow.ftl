# Waiting, and wrong answers. Spans follow a preposition or a verb of waiting.
span-of-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-of-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-of-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}

throttled = There were too many wrong answers. Wait { $wait }, then try again.
throttled-long = There were too many wrong answers. Wait { $wait }, then try again, or ask your administrator to unlock it.
locked = There were too many wrong answers, so this sign-in is locked. Ask your administrator to unlock it.
