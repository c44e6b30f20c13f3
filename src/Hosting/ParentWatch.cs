using System.CommandLine;
using System.Diagnostics;

namespace Hermes.Hosting;

/// <summary>Ends a program with the one that started it, however that ended: the pipe it holds as standard input is closed then.</summary>
public static class ParentWatch
{
    /// <summary>Whether to.</summary>
    public static Option<bool> Option { get; } = new("--exit-with-parent") { Description = "End when standard input ends." };

    /// <summary>Gives a command the option.</summary>
    public static Command EndingWithParent(this Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Options.Add(Option);
        return command;
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="isWanted">Whether the command line says so.</param>
    /// <param name="end">
    /// What ends the program, in at most <see cref="Grace.Program"/>; null to end it at once: what is written is renamed when it is whole, so dying in the middle loses nothing.
    /// </param>
    public static void Start(bool isWanted, Action? end = null)
    {
        if (isWanted)
        {
            // A thread of its own that nobody waits for: a read of standard input cannot be cancelled.
            new Thread(() => Watch(end ?? Die)) { IsBackground = true, Name = "parent watch" }.Start();
        }
    }

    private static void Watch(Action end)
    {
        using var input = Console.OpenStandardInput();
        var ignored = new byte[256];
        while (input.Read(ignored) > 0)
        {
        }

        end();

        // Nobody is left who would kill it.
        Thread.Sleep(Grace.Program);
        Die();
    }

    private static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
