using System.Runtime.InteropServices;

namespace Hermes.Model.Runtime;

/// <summary>The environment as native libraries read it, which the runtime's own setter does not change.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable unless it is set already.</summary>
    public static void SetUnlessSet(string name, string value)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetVariable(name, value, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
