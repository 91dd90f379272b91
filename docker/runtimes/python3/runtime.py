"""Entry point of the python3 runtime: the process that holds a function's code and answers its calls."""

# Guarded: multiprocessing's spawn method imports the main module again in each child.
if __name__ == "__main__":
    from hearth_runtime.serving import main

    main()
