span-of-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
span-of-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
span-of-seconds = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}

throttled = Es gab zu viele falsche Antworten. Warten Sie { $wait } und versuchen Sie es dann erneut.
throttled-long = Es gab zu viele falsche Antworten. Warten Sie { $wait } und versuchen Sie es dann erneut, oder bitten Sie Ihre Administration um Freigabe.
locked = Es gab zu viele falsche Antworten, deshalb ist diese Anmeldung gesperrt. Bitten Sie Ihre Administration, sie freizugeben.
