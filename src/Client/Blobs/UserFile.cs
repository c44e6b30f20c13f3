using Hermes.Grains.Interfaces;

namespace Hermes.Client.Blobs;

/// <summary>Opens the user's files and tells what is wrong with them in a sentence.</summary>
internal static class UserFile
{
    public const int BufferSize = 1 << 20;

    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Explain(path, e);
        }
    }

    /// <summary>The text of a small file.</summary>
    public static string ReadText(string path, long limit)
    {
        using var stream = OpenRead(path);
        if (stream.Length > limit)
        {
            throw new HermesException($"{path} has {stream.Length} bytes; at most {limit} are expected of such a file.", path);
        }

        using var reader = new StreamReader(stream);
        try
        {
            return reader.ReadToEnd();
        }
        catch (IOException e)
        {
            throw Explain(path, e);
        }
    }

    public static HermesException Explain(string path, Exception cause)
    {
        var message = cause switch
        {
            _ when Directory.Exists(path) => $"{path} is a folder, a file was expected.",
            FileNotFoundException => $"There is no file {path}.",
            DirectoryNotFoundException => $"There is no folder {Path.GetDirectoryName(path)}.",
            UnauthorizedAccessException => $"{path} may not be accessed.",
            _ => $"{path} cannot be used: {cause.Message.TrimEnd('.')}.",
        };
        return new HermesException(message, cause) { File = path };
    }
}
