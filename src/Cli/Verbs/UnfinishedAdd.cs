using System.Security.Cryptography;
using System.Text;

namespace Hermes.Cli.Verbs;

/// <summary>
/// Remembers on this machine that an add was begun and its end not seen. Adding what is there already is a mistake to tell, unless
/// it is the repetition of an add that was cut off and then ended while nobody looked.
/// </summary>
internal sealed class UnfinishedAdd
{
    private readonly string _file;

    public UnfinishedAdd(string platform, string dataset)
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        _file = Path.Combine(state, "hermes", "adds", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{platform} {dataset}"))));
        WasCutOff = File.Exists(_file);
    }

    /// <summary>Whether an earlier add of this dataset to this platform began and was not seen to end.</summary>
    public bool WasCutOff { get; }

    public void Begin() => Try(() =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        File.WriteAllBytes(_file, []);
    });

    public void End() => Try(() => File.Delete(_file));

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a home nothing is remembered; the add itself does not depend on it.
        }
    }
}
