using System.CommandLine;
using System.Diagnostics;

namespace Hermes.Worker.Commands;

/// <summary>Ends a command with the program that started it, however that ended: the pipe it holds as standard input is closed then.</summary>
internal static class ParentWatch
{
    private static readonly Option<bool> WithParent = new("--exit-with-parent") { Description = "End when standard input ends." };

    public static Command EndingWithParent(this Command command)
    {
        command.Options.Add(WithParent);
        return command;
    }

    /// <summary>Begins to watch if the command line says so.</summary>
    public static void Start(ParseResult parsed)
    {
        if (parsed.GetValue(WithParent))
        {
            new Thread(Watch) { IsBackground = true, Name = "parent watch" }.Start();
        }
    }

    private static void Watch()
    {
        while (Console.In.Read() >= 0)
        {
        }

        // As CommandReader does: what is written is renamed when it is whole, so dying in the middle loses nothing.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
