with open("message.txt") as message:
    print(message.read(), end="")
