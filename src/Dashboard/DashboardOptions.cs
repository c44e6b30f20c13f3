using System.Globalization;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard;

/// <summary>What the command line says.</summary>
internal sealed record DashboardOptions
{
    public const string Usage = "usage: hermes-dashboard [--address HOST:PORT] [--port PORT] [--exit-with-parent]";

    /// <summary>Where the platform is looked for.</summary>
    public string Address { get; init; } = PlatformDescription.DefaultAddress;

    /// <summary>The loopback port the pages are served on; 0 takes a free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>Whether the end of standard input ends the dashboard.</summary>
    public bool ExitWithParent { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="HermesException">The command line is wrong; the message says how.</exception>
    public static DashboardOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new DashboardOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--exit-with-parent":
                    options = options with { ExitWithParent = true };
                    break;
                case "--address":
                    options = options with { Address = PlatformAddress.Parse(Value(arguments, ref i)).ToString() };
                    break;
                case "--port":
                    options = options with { Port = ReadPort(Value(arguments, ref i)) };
                    break;
                default:
                    throw new HermesException($"'{arguments[i]}' is not an option of the dashboard.");
            }
        }

        return options;
    }

    private static string Value(IReadOnlyList<string> arguments, ref int index) => index + 1 < arguments.Count
        ? arguments[++index]
        : throw new HermesException($"{arguments[index]} needs a value.");

    private static int ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new HermesException($"--port is '{text}'; expected a number from 0 to {ushort.MaxValue}.");
}
