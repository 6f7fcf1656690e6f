phone-empty = The phone number is empty; enter it with its country code, such as { $example }.
phone-character = The phone number contains “{ $character }”; use digits 0 to 9, an optional + in front, blanks, hyphens, dots and parentheses, and one number only.
phone-plus = The phone number has a + that does not stand in front; enter one number only.
phone-parentheses = The phone number has a parenthesis without its partner.
phone-trunk-prefix = Leave out the (0) in the phone number: it is not dialled after a country code.
phone-national = The phone number begins with 0; enter it with its country code, such as { $example }.
phone-length = The phone number has { $digits } digits; with its country code it has 8 to 15.
