namespace Hermes.Model.Volumes.Formats;

/// <summary>
/// Writes NIfTI-1 single files; gzip when the name ends in <c>.gz</c>. The same volume always gives the same bytes, free-text fields of
/// the header stay blank, and the file appears under its name only when it is complete.
/// </summary>
public static class NiftiWriter
{
    /// <summary>Writes intensities as 32-bit floats.</summary>
    public static void Write(string path, Volume<float> volume) => throw new NotSupportedException();

    /// <summary>Writes labels: 8 bits when every label fits, else 16 bits, unsigned.</summary>
    public static void Write(string path, Volume<ushort> volume) => throw new NotSupportedException();

    /// <summary>Writes a mask as unsigned 8 bits.</summary>
    public static void Write(string path, Volume<byte> volume) => throw new NotSupportedException();
}
