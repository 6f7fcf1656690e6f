# What is wrong with what somebody typed into a profile or as a user name.
username-characters = A user name has 1 to { $most } characters: letters, digits and . _ - + @. Choose another.
username-taken = An account with this user name exists already. Choose another.
value-required = This is required. Give a value.
value-blank = This must not be blank. Give no value to remove it.
value-long = This is too long: use at most { $most } characters.
value-many = These are too many values: keep at most { $most }.
value-control = This holds characters that cannot be seen, such as a line break. Type it anew.
value-boolean = This must be true or false.
value-email = Write an e-mail address such as { $example }.
value-pattern = This is not in the form that is asked for here. Ask an administrator which form that is.
value-fixed = This is not yours to change here. Ask an administrator.
