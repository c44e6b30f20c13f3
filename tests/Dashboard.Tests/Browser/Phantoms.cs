using System.Diagnostics;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>The quickstart's scans, as the real worker program makes them.</summary>
internal static class Phantoms
{
    /// <summary>Writes CT, T1 and PET into a folder: <c>phantom_ct/images</c>, <c>phantom_ct/labels</c>, <c>phantom_ct/labels.json</c> and so on.</summary>
    public static async Task WriteAsync(string folder)
    {
        var start = PlatformProgram.Worker.StartInfo("phantoms", "--out", folder, "--seed", "3");
        start.RedirectStandardOutput = true;
        using var worker = Process.Start(start)!;
        await worker.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, await worker.EndAsync());
    }
}
